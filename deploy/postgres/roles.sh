#!/bin/sh
# Run once by the postgres image on an empty folder: one database and its roles per service, no cross grants.
set -eu

role() {
    psql -v ON_ERROR_STOP=1 --username postgres -v name="$1" -v password="$2" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password' NOSUPERUSER NOCREATEDB NOCREATEROLE;
SQL
}

database() {
    service=$1
    shift
    psql -v ON_ERROR_STOP=1 --username postgres -v name="$service" -v owner="${service}_owner" <<'SQL'
CREATE DATABASE :"name" OWNER :"owner";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
    psql -v ON_ERROR_STOP=1 --username postgres --dbname "$service" -v owner="${service}_owner" <<'SQL'
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO :"owner";
SQL
    for user in "$@"; do
        psql -v ON_ERROR_STOP=1 --username postgres --dbname "$service" -v name="$service" -v user="$user" <<'SQL'
GRANT CONNECT ON DATABASE :"name" TO :"user";
GRANT USAGE ON SCHEMA public TO :"user";
SQL
    done
}

role identity_owner "$IDENTITY_OWNER_PASSWORD"
role identity_app "$IDENTITY_APP_PASSWORD"
role groups_owner "$GROUPS_OWNER_PASSWORD"
role groups_app "$GROUPS_APP_PASSWORD"
role groups_sign "$GROUPS_SIGN_PASSWORD"
role documents_owner "$DOCUMENTS_OWNER_PASSWORD"
role documents_app "$DOCUMENTS_APP_PASSWORD"
role documents_keys "$DOCUMENTS_KEYS_PASSWORD"
role messaging_owner "$MESSAGING_OWNER_PASSWORD"
role messaging_app "$MESSAGING_APP_PASSWORD"

database identity identity_app
database groups groups_app groups_sign
database documents documents_app documents_keys
database messaging messaging_app
