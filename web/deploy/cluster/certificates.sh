#!/bin/sh
# Makes a certificate for each machine of a cluster, and the authority that all of them trust:
#     certificates.sh FOLDER 10.0.0.1 10.0.0.2 10.0.0.3
# Give each machine ca.crt and its own two files. ca.key signs further machines and stays here.
set -eu
umask 077
folder=$1
shift
mkdir -p "$folder"
cd "$folder"
[ -e ca.key ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 \
    -subj "/CN=qa cluster" -keyout ca.key -out ca.crt
for address; do
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$address" \
        -addext "subjectAltName=IP:$address" -keyout "$address.key" |
        openssl x509 -req -CA ca.crt -CAkey ca.key -CAcreateserial -copy_extensions copy -days 825 -out "$address.crt"
done
