# Whether processes keep starting anew: two looks, six seconds apart.
# Prints "gone PID NAME" and "new PID NAME" for what changed between them, "young PID AGE_SECONDS
# NAME" for what is younger than ten minutes, then container_age_seconds= and oom_kills=.
look() {
  for folder in /proc/[0-9]*; do
    read -r stat 2>/dev/null <"$folder/stat" || continue
    name=${stat#*(}
    name=${name%)*}
    case $name in sh | bash | dash | sleep | timeout | ls | sshd* | cat) continue ;; esac
    set -- ${stat##*) }
    shift 19
    echo "${folder#/proc/}:$1:$name"
  done
}
first=$(look)
sleep 6
second=$(look)
IFS='
'
for one in $first; do
  case $second in *"$one"*) ;; *) echo "gone ${one%%:*} ${one##*:}" ;; esac
done
for one in $second; do
  case $first in *"$one"*) ;; *) echo "new ${one%%:*} ${one##*:}" ;; esac
done
unset IFS
read -r up _ </proc/uptime
hertz=$(getconf CLK_TCK 2>/dev/null || echo 100)
oldest=0
IFS='
'
for one in $second; do
  start=${one#*:}
  age=$((${up%.*} - ${start%%:*} / hertz))
  [ "$age" -gt "$oldest" ] && oldest=$age
  [ "$age" -lt 600 ] && echo "young ${one%%:*} $age ${one##*:}"
done
echo "container_age_seconds=$oldest"
for events in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
  [ -r "$events" ] || continue
  while read -r key value; do
    [ "$key" = oom_kill ] 2>/dev/null || [ "${key%% *}" = oom_kill ] && echo "oom_kills=${value:-${key##* }}"
  done <"$events"
done
exit 0
