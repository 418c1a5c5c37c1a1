# What runs in the container, from /proc, since `ps` may not be there.
# Prints "PID PARENT STATE RSS_KIB AGE_SECONDS COMMAND" a line, the command cut at 120 characters.
read -r up _ </proc/uptime
up=${up%.*}
hertz=$(getconf CLK_TCK 2>/dev/null || echo 100)
echo "PID PARENT STATE RSS_KIB AGE_SECONDS COMMAND"
for folder in /proc/[0-9]*; do
  stat=
  read -r stat 2>/dev/null <"$folder/stat" || continue
  rest=${stat##*) }
  name=${stat#*(}
  name=${name%)*}
  set -- $rest
  state=$1 parent=$2
  shift 19
  age=$((up - $1 / hertz))
  rss=$(($3 * 4))
  # Without a command line it is the kernel's own, or a zombie, which matters.
  command=$(tr '\000\n' '  ' 2>/dev/null <"$folder/cmdline" | cut -c1-120)
  [ -z "$command" ] && [ "$state" != Z ] && continue
  echo "${folder#/proc/} $parent $state $rss $age ${command:-[$name]}"
done
