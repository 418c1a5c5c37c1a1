# How full each file system is, in space and in inodes.
# Prints two tables of `df -P`, headed [space] in KiB and [inodes].
echo "[space]"
df -P -k 2>/dev/null
echo "[inodes]"
df -P -i 2>/dev/null
exit 0
