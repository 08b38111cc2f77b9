// OpenSSL 3.2 renamed the TLS alerts of SSL 3. The addon gives the old names; errors must have those of the process's OpenSSL.
"use strict";

const RENAMED_IN = [3, 2];
const NAMES = [
	["ERR_SSL_SSLV3_ALERT_", "ERR_SSL_SSL/TLS_ALERT_"],
	["SSL routines::sslv3 alert ", "SSL routines::ssl/tls alert "],
];

/** Whether a version of OpenSSL, such as `3.0.15+quic`, has the new names. */
function isRenamed(version = "") {
	const [major, minor] = version.split(".").map(Number.parseFloat);
	const [firstMajor, firstMinor] = RENAMED_IN;
	return major > firstMajor || (major === firstMajor && minor >= firstMinor);
}

function newName(text) {
	if (typeof text !== "string") return text;
	return NAMES.reduce((it, [old, name]) => it.replaceAll(old, name), text);
}

/** A described error of the addon (see src/binding/error_json.rs), with the names of this version of OpenSSL. */
function named(described, version) {
	if (!isRenamed(version)) return described;
	const { message, fields, hidden } = described;
	const { code, reason } = fields;
	const attempts = hidden.attempts.map(({ host, error }) => ({
		host,
		error: newName(error),
	}));
	const renamed = reason?.replace(/^sslv3 /, "ssl/tls ");
	return {
		...described,
		message: newName(message),
		fields: {
			...fields,
			...(code === undefined ? {} : { code: newName(code) }),
			...(reason === undefined ? {} : { reason: renamed }),
		},
		hidden: { ...hidden, attempts },
	};
}

module.exports = { named };
