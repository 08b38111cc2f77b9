// Options that say whom a client trusts and who it is. Compiled, never run.

import fs = require("node:fs");

import etcdjs = require("etcdjs");

const pem = fs.readFileSync("ca.pem");
const text = fs.readFileSync("ca.pem", "utf8");

etcdjs("https://a:2379", { ca: pem });
etcdjs("https://a:2379", { ca: text, cert: text, key: pem });
etcdjs("https://a:2379", { ca: [pem, text], cert: [pem], key: [text] });
etcdjs("https://a:2379", { ca: new Uint8Array(1), servername: "b" });
etcdjs("https://a:2379", { rejectUnauthorized: false });
etcdjs({ host: "https://a:2379", auth: { user: "root", pass: "secret" } });
etcdjs("a", { auth: { user: "root" } });
etcdjs("a", { auth: null, ca: undefined, cert: false, key: null });
const auth: etcdjs.Auth = { user: "root", pass: undefined };
const pems: readonly etcdjs.Pem[] = [pem, text, [pem, text]];
etcdjs("a", { auth, ca: pems[0], json: true });

// @ts-expect-error PEM is text or bytes
etcdjs("a", { ca: 5 });
// @ts-expect-error each certificate is text or a Buffer
etcdjs("a", { ca: [5] });
// @ts-expect-error keys with passphrases are not supported
etcdjs("a", { key: { pem: text, passphrase: "secret" } });
// @ts-expect-error a name
etcdjs("a", { servername: 5 });
// @ts-expect-error a boolean
etcdjs("a", { rejectUnauthorized: "false" });
// @ts-expect-error an object
etcdjs("a", { auth: "root:secret" });
// @ts-expect-error a user is needed
etcdjs("a", { auth: { pass: "secret" } });
// @ts-expect-error a password is text
etcdjs("a", { auth: { user: "root", pass: 5 } });
