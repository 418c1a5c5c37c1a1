# How much memory the container uses and may use, and what uses most.
# Prints limit_kib= (unlimited where there is none), used_kib=, cache_kib=, oom_kills=, then
# "RSS_KIB PID NAME" for the ten largest processes.
number() { [ -r "$1" ] && read -r n <"$1" && echo "$n"; }
group=/sys/fs/cgroup
limit=$(number $group/memory.max || number $group/memory/memory.limit_in_bytes)
used=$(number $group/memory.current || number $group/memory/memory.usage_in_bytes)
case $limit in
  '' | max | ????????????????*) echo "limit_kib=unlimited" ;;
  *) echo "limit_kib=$((limit / 1024))" ;;
esac
[ -n "$used" ] && echo "used_kib=$((used / 1024))"
for file in memory.stat memory/memory.stat memory.events memory/memory.oom_control; do
  [ -r "$group/$file" ] || continue
  while read -r key value; do
    case $key in
      file | total_cache) echo "cache_kib=$((value / 1024))" ;;
      oom_kill) echo "oom_kills=$value" ;;
    esac
  done <"$group/$file"
done
while read -r key value _; do
  case $key in
    MemTotal:) echo "host_total_kib=$value" ;;
    MemAvailable:) echo "host_available_kib=$value" ;;
  esac
done </proc/meminfo
echo "RSS_KIB PID NAME"
for folder in /proc/[0-9]*; do
  name=- rss=
  while read -r key value _; do
    case $key in Name:) name=$value ;; VmRSS:) rss=$value ;; esac
  done 2>/dev/null <"$folder/status"
  [ -n "$rss" ] && echo "$rss ${folder#/proc/} $name"
done | sort -rn | head -n 10
