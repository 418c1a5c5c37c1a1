# The port and socket that the platform gave to the app, and whether something listens there.
# Prints PORT=, SOCKET=, and listening=yes or no where one of the two is set.
echo "PORT=$PORT"
echo "SOCKET=$SOCKET"
if [ -n "$PORT" ]; then
  want=$(printf '%04X' "$PORT" 2>/dev/null)
  found=no
  while read -r _ where _ state _; do
    [ "$state" = 0A ] && [ "${where##*:}" = "$want" ] && found=yes
  done <<END
$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null)
END
  echo "listening=$found"
elif [ -n "$SOCKET" ]; then
  if [ -S "$SOCKET" ]; then echo "listening=yes"; else echo "listening=no"; fi
fi
