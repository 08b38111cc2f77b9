// The help of the command, and its last words: how a cluster without v2 keys goes to etcd 3.6.
"use strict";

const HELP = `Usage: etcdjs migrate FROM [TO] [options]

Copies keys, directories and TTLs from etcd's v2 store to its v3 store, which etcd 3.6 and later serve alone.

  FROM  a cluster with the v2 API (etcd 3.5 and earlier with --enable-v2): a host or URL, or several with commas
  TO    the cluster whose v3 store gets the copy; by default FROM, which has both stores

  --prefix KEY         copy this key and the keys below it; may be given several times; by default all keys
                       hidden keys (/_x) are in no listing: name each of them
  --dry-run            change nothing, print what would be done
  --watch              go on copying changes until SIGINT or SIGTERM
  --verify             compare the two stores at the end: values, directories, TTLs within 2 s
  --delete-source      after a verification without a difference, delete the keys from the v2 store
  --user NAME:PASSWORD for hosts without credentials in their URL
  --cacert FILE        PEM file of the trusted authorities
  --cert FILE          PEM file of the client's certificate
  --key FILE           PEM file of the certificate's key
  --help               print this text

A key that the v3 store has with another value is never overwritten: it is listed.
Exit codes: 0 all is copied (and, with --verify, the same), 1 keys differ or the copy failed, 2 wrong arguments.
`;

const NEXT_STEPS = `Next, etcd 3.6 (it refuses a data directory whose log or snapshot has v2 keys). For each member of the cluster:
  1. Restart etcd 3.5 (the latest release) with --snapshot-count=1, and do a few writes to the v3 store:
     the snapshot after them has no v2 keys.
  2. Restart it once more, without --enable-v2 and with the usual --snapshot-count. \`etcdutl check v2store\` must find nothing.
  3. Upgrade the members to 3.6, one at a time.
`;

module.exports = { HELP, NEXT_STEPS };
