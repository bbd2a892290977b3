#!/bin/sh
# SeaweedFS with one credential per bucket. The container's own network holds its inner ports; only S3 is reached.
set -eu

umask 077
mkdir -p /etc/seaweedfs
cat > /etc/seaweedfs/s3.json <<JSON
{"identities": [
  {"name": "admin", "credentials": [{"accessKey": "ourwatch-admin", "secretKey": "$STORE_ADMIN_SECRET_KEY"}],
   "actions": ["Admin", "Read", "Write", "List"]},
  {"name": "documents", "credentials": [{"accessKey": "ourwatch-documents", "secretKey": "$DOCUMENTS_STORE_SECRET_KEY"}],
   "actions": ["Read:documents", "Write:documents", "List:documents"]},
  {"name": "messaging", "credentials": [{"accessKey": "ourwatch-messaging", "secretKey": "$MESSAGING_STORE_SECRET_KEY"}],
   "actions": ["Read:messaging", "Write:messaging", "List:messaging"]}
]}
JSON

(
    # The buckets, as soon as the filer answers.
    until printf 's3.bucket.create -name documents\ns3.bucket.create -name messaging\n' | weed shell -master=127.0.0.1:9333; do
        sleep 1
    done
) &

# Inner ports on the container's loopback, the S3 port alone on the network between the containers.
exec weed server -dir=/data -ip=127.0.0.1 -ip.bind=127.0.0.1 -s3 -s3.ip.bind=0.0.0.0 -s3.port=8333 \
    -s3.config=/etc/seaweedfs/s3.json -s3.port.iceberg=0 -s3.port.lance=0 -master.telemetry=false
