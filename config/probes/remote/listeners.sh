# What listens in the container, from /proc, since `ss` and `netstat` may not be there.
# Prints "tcp ADDRESS PORT PID PROGRAM" and "unix PATH", then PORT= and SOCKET=. PID is - where the
# kernel does not say.
fds=$(ls -l /proc/[0-9]*/fd 2>/dev/null)
tcp() {
  while read -r _ where _ state _ _ _ _ _ inode _; do
    [ "$state" = 0A ] || continue
    port=$(printf '%d' "0x${where##*:}")
    case ${where%:*} in
      00000000 | 00000000000000000000000000000000) address='*' ;;
      0100007F | 00000000000000000000000001000000) address=loopback ;;
      *) address=${where%:*} ;;
    esac
    pid=- program=-
    case $fds in
      *"socket:[$inode]"*)
        pid=${fds%%"socket:[$inode]"*}
        pid=${pid##*/proc/}
        pid=${pid%%/fd*}
        read -r program <"/proc/$pid/comm" 2>/dev/null
        ;;
    esac
    echo "tcp $address $port $pid $program"
  done <"$1"
}
for table in /proc/net/tcp /proc/net/tcp6; do [ -r "$table" ] && tcp "$table"; done
while read -r _ _ _ flags _ _ _ path; do
  [ "$flags" = 00010000 ] && [ -n "$path" ] && echo "unix $path"
done </proc/net/unix
echo "PORT=$PORT"
echo "SOCKET=$SOCKET"
