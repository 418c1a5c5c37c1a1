# Which logs there are, those that `upsun log` does not know among them.
# Prints "BYTES MODIFIED NAME" a line, the newest not sorted first, at most 100.
for file in /var/log/*.log /var/log/*/*.log /app/*.log /app/log/* /app/logs/* /app/var/log/* /app/storage/logs/*; do
  [ -f "$file" ] || continue
  stat -c '%s %.19y %n' "$file" 2>/dev/null || ls -l "$file"
done | head -n 100
