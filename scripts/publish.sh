#!/bin/sh
# Publishes the tarballs in a folder with their provenance: those of the platforms first, so that whoever
# gets the package itself gets its addon. What is published already is passed over: a run may be repeated.
set -eu
cd "$1"
registry=$(npm config get registry)
npm config set "${registry#https:}:_authToken=$NPM_TOKEN"
for tarball in ./etcdjs-[a-z]*.tgz ./etcdjs-[0-9]*.tgz; do
	id=$(tar -xzOf "$tarball" package/package.json | node -p '
		const { name, version } = JSON.parse(fs.readFileSync(0));
		`${name}@${version}`;')
	if [ -z "$(npm view "$id" version 2>/dev/null || true)" ]; then
		npm publish "$tarball" --provenance --access public
	fi
done
