/**
 * Ends a TCP connection by a reset. Node.js cannot reset one that is about to connect or to end, and a process that
 * tried does not end: its cleanup then waits for that socket forever.
 */
function reset(socket) {
	if (socket.connecting || socket.writableEnded) socket.destroy();
	else socket.resetAndDestroy();
}

module.exports = { reset };
