# Run once by PostgreSQL's image, when the database is made (docker-compose.yml). The addresses hold the passwords; what stands in the
# environment is not seen in a list of processes.
password_in() { sed -n 's|^postgresql://[^:]*:\([^@]*\)@.*|\1|p' "/run/secrets/$1"; }
OWNER_PASSWORD="$(password_in journey_owner)" APP_PASSWORD="$(password_in journey_app)" \
  psql --username postgres --dbname postgres --no-psqlrc --set ON_ERROR_STOP=1 <<'SQL'
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD
create role journey_owner login createrole password :'owner_password';
create role journey_app login noinherit password :'app_password';
create database journey owner journey_owner;
SQL
