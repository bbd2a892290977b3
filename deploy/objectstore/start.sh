#!/bin/sh
# SeaweedFS with one credential per bucket. Its inner ports lie on the container's loopback, but for S3's own gRPC port,
# where whoever reaches it makes themselves an administrator: that one, like all, asks for a certificate nobody else has.
set -eu

cd /keys # weed reads security.toml from where it stands

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

shell() {
    weed shell -master=127.0.0.1:9333
}

has() {
    echo s3.bucket.list | shell | grep -q "^ *$1[[:space:]]"
}

(
    # The buckets, as soon as the filer answers. After a restart they are there, and making them again is an error.
    until has documents && has messaging; do
        printf 's3.bucket.create -name documents\ns3.bucket.create -name messaging\n' | shell || sleep 1
    done
) &

# The options of shared.servers.objectstore, and S3 on the network between the containers. 200 volumes of 1 GiB are
# what it can hold: raise -volume.max for more.
exec weed server -dir=/data -ip=127.0.0.1 -ip.bind=127.0.0.1 \
    -filer -filer.ui.deleteDir=false -filer.allowedOrigins= \
    -s3 -s3.ip.bind=0.0.0.0 -s3.port=8333 -s3.config=/etc/seaweedfs/s3.json -s3.allowedOrigins= \
    -s3.iam=false -s3.autoCreateBucket=false -s3.port.iceberg=0 -s3.port.lance=0 \
    -master.telemetry=false -master.raftHashicorp -master.electionTimeout=1s \
    -master.volumeSizeLimitMB=1024 -volume.max=200 -volume.preStopSeconds=0
