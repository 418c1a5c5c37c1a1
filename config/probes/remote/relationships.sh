# Which services the app can reach, without their credentials: only lines whose shape leaves no room
# for one are printed.
# Prints "NAME" and then host=, port=, scheme=, service=, type= for each relationship.
if [ -z "$PLATFORM_RELATIONSHIPS" ]; then
  echo "relationships=none"
  exit 0
fi
printf '%s' "$PLATFORM_RELATIONSHIPS" | base64 -d 2>/dev/null | tr '{}[],' '\n\n\n\n\n' |
  while read -r line; do
    name=${line#\"}
    name=${name%%\"*}
    value=${line#*:}
    value=${value# }
    value=${value#\"}
    value=${value%\"}
    case $name$value in *[!A-Za-z0-9._:-]*) continue ;; esac
    case $line in
      \"host\":* | \"port\":* | \"scheme\":* | \"service\":* | \"type\":*) echo "  $name=$value" ;;
      \"*\":) echo "$name" ;;
    esac
  done | grep -v '^query$'
