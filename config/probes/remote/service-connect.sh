# Whether a service answers on its port. $1 is its name, without a dot it gets `.internal`; $2 is
# the port, without which the relationship's own is taken.
# Prints host=, port=, and connect=ok, refused, timeout, unresolved, unreachable, failed or
# unknown.
host=$1
case $host in *.*) ;; *) host=$host.internal ;; esac
port=$2
if [ -z "$port" ]; then
  port=$(printf '%s' "$PLATFORM_RELATIONSHIPS" | base64 -d 2>/dev/null | tr '{}' '\n\n' |
    grep -F "\"$host\"" | tr ',' '\n' | grep '"port"' | head -n 1 | tr -cd 0-9)
fi
echo "host=$host"
echo "port=$port"
if [ -z "$port" ]; then
  echo "connect=unknown"
  echo "why=no relationship has this host, so its port is not known: give port="
  exit 0
fi
if command -v bash >/dev/null 2>&1; then
  said=$(timeout 5 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$host" "$port" 2>&1)
elif command -v python3 >/dev/null 2>&1; then
  said=$(timeout 5 python3 -c 'import socket, sys; socket.create_connection((sys.argv[1], int(sys.argv[2])))' "$host" "$port" 2>&1)
elif command -v php >/dev/null 2>&1; then
  said=$(timeout 5 php -r 'if (@fsockopen($argv[1], (int) $argv[2], $n, $e, 5)) exit(0); echo $e; exit(1);' "$host" "$port" 2>&1)
elif command -v nc >/dev/null 2>&1; then
  said=$(timeout 5 nc -z -w 5 "$host" "$port" 2>&1)
else
  echo "connect=unknown"
  exit 0
fi
status=$?
case $status:$said in
  0:*) echo "connect=ok" ;;
  124:* | *imed\ out*) echo "connect=timeout" ;;
  *refused*) echo "connect=refused" ;;
  *resolve* | *not\ known* | *"Name or service"* | *getaddrinfo*) echo "connect=unresolved" ;;
  *route* | *unreachable*) echo "connect=unreachable" ;;
  *) echo "connect=failed" ;;
esac
