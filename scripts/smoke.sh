#!/bin/sh
# Installs the tarballs in a folder that are for this platform, and tries them: see smoke.js.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$(node -p 'require(process.argv[1]).target()' "$here/../lib/platform.js")
cd "$1"
npm init --yes >/dev/null
npm install --no-audit --no-fund ./etcdjs-[0-9]*.tgz "./etcdjs-$target"-*.tgz
node "$here/smoke.js" .
