#!/bin/sh
# Makes layer.zip in the working directory: the agent with its dependencies, the wrapper script, the configuration.
#
#   sh deploy/lambda/build.sh @crossbridge/agent@1.0.0-rc.1
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p layer/nodejs
npm install --prefix layer/nodejs --omit=dev --no-audit --no-fund "${1:-@crossbridge/agent}"
cp "$here/crossbridge" "$here/crossbridge.yml" layer/
chmod 755 layer/crossbridge
if command -v zip >/dev/null; then (cd layer && zip -qr ../layer.zip .); else echo "zip is missing: pack the content of layer/ yourself" >&2; fi
