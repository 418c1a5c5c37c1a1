# Runs one fixed statement, $1, on the database of the relationship $2, as the app would, in a
# session that is read-only and ends after five seconds.
# Prints what psql prints, unaligned; or client=none and why= where the container cannot ask.
none() {
  echo "client=none"
  echo "why=$1"
  exit 0
}
name=$(printf '%s' "$2" | tr 'a-z.-' 'A-Z__')
get() { printenv "${name}_$1"; }
url= host=$(get HOST) scheme=$(get SCHEME)
if [ -z "$host" ]; then
  url=$DATABASE_URL
  scheme=${url%%:*}
fi
case $scheme in
  pgsql | postgres | postgresql) ;;
  '') none "no relationship $2 and no DATABASE_URL" ;;
  *) none "this is $scheme, not PostgreSQL" ;;
esac
command -v psql >/dev/null || none "psql is not here; try service-connect"
export PGCONNECT_TIMEOUT=5 PGOPTIONS='-c default_transaction_read_only=on -c statement_timeout=5000'
if [ "$host" ]; then
  export PGHOST="$host" PGPORT="$(get PORT)" PGUSER="$(get USERNAME)"
  export PGPASSWORD="$(get PASSWORD)" PGDATABASE="$(get PATH)"
  set -- "$1"
else
  # psql takes pgsql:// for the name of a database, and then looks for a local socket.
  set -- "$1" "postgresql://${url#*://}"
fi
exec psql -X -w -A -v ON_ERROR_STOP=1 -c "$@" </dev/null
