// The help of `etcdjs serve`.
"use strict";

const HELP = `Usage: etcdjs serve [options]

Serves etcd's v2 API over HTTP, until SIGINT or SIGTERM. Without --etcd the keys are in memory, and lost at the end.

  --port PORT          the port, by default 2379; 0 for any
  --host HOST          the name or address to listen on, by default 127.0.0.1
  --etcd URLS          keep the keys in the v3 store of this cluster: a host or URL, or several with commas
  --name NAME          the name among the members, by default "default"
  --advertise-client-urls URLS
                       the URLs under which clients reach it, if they are others: behind a proxy or a port mapping
  --cert FILE          PEM file of the server's certificate: speaks https
  --key FILE           PEM file of the certificate's key
  --insecure           allow an address that other machines reach, without TLS

For the cluster of --etcd:
  --user NAME:PASSWORD for hosts without credentials in their URL
  --cacert FILE        PEM file of the trusted authorities
  --client-cert FILE   PEM file of the client's certificate
  --client-key FILE    PEM file of that certificate's key

  --help               print this text

Exit codes: 0 ended by a signal, 1 it cannot be served, 2 wrong arguments.
`;

module.exports = { HELP };
