// Reports medians with their spread and the ratios: on the terminal, as JSON, and as a chart.

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { chart } = require("./chart");
const { OURS } = require("./subjects");

/** The label and the digits of each figure. */
const FIGURES = {
	callsPerSecond: ["calls/s", 0],
	p50Us: ["p50 µs", 0],
	p99Us: ["p99 µs", 0],
	processUs: ["process CPU µs/call", 1],
	mainThreadUs: ["main thread CPU µs/call", 1],
	rssMb: ["RSS MB", 0],
	mainThreadMs: ["main thread CPU ms", 1],
	processMs: ["process CPU ms", 1],
	rssKb: ["RSS KB/wait", 1],
	keyBytes: ["RSS bytes/key", 0],
	connections: ["connections", 0],
	deliveredMs: ["delivered in ms", 0],
	tickMs: ["the tick ms", 0],
	longestBlockMs: ["longest block after it ms", 1],
};

function summary(values) {
	const sorted = values.toSorted((a, b) => a - b);
	const median = sorted[sorted.length >> 1];
	return { median, low: sorted[0], high: sorted.at(-1) };
}

/** `{figure: {median, low, high}}` of a subject's rounds; `{failed}` if a round failed. */
function summarize(runs) {
	const failed = runs.find((run) => run.failed);
	if (failed) return failed;
	const names = Object.keys(runs[0]);
	return Object.fromEntries(
		names.map((name) => [name, summary(runs.map((run) => run[name]))]),
	);
}

/** `{workload: {subject: {figure: {median, low, high}}}}` */
function summaries(results) {
	const bySubject = (rounds) =>
		Object.keys(rounds[0]).map((subject) => [
			subject,
			summarize(rounds.map((round) => round[subject])),
		]);
	return Object.fromEntries(
		Object.entries(results).map(([workload, rounds]) => [
			workload,
			Object.fromEntries(bySubject(rounds)),
		]),
	);
}

function row(subject, figure, ours, digits) {
	const shown = ({ median, low, high }) =>
		`${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
	const ratio =
		subject === OURS
			? ""
			: `ours is ${(ours.median / figure.median).toFixed(2)} of it`;
	return `    ${subject.padEnd(20)}${shown(figure).padEnd(32)}${ratio}`;
}

function printFigure(name, bySubject) {
	const [label, digits] = FIGURES[name];
	console.log(`  ${label}`);
	const ours = bySubject[OURS][name];
	for (const [subject, figures] of Object.entries(bySubject)) {
		if (figures[name]) console.log(row(subject, figures[name], ours, digits));
	}
}

/** Prints medians, spreads and ratios. */
function report(results) {
	for (const [workload, bySubject] of Object.entries(summaries(results))) {
		console.log(`\n${workload}`);
		for (const [subject, { failed }] of Object.entries(bySubject))
			if (failed) console.log(`  ${subject} failed: ${failed}`);
		if (bySubject[OURS].failed) throw new Error(`${workload} failed`);
		for (const name of Object.keys(bySubject[OURS]))
			printFigure(name, bySubject);
	}
}

function write(file, workloads, etcd) {
	const machine = { cpu: os.cpus()[0].model, cores: os.cpus().length };
	const about = { node: process.version, etcd, ...machine };
	const json = JSON.stringify({ about, workloads }, null, "\t");
	fs.writeFileSync(file, `${json}\n`);
}

/** Writes results.json and chart.svg. */
function save(folder, results, etcd) {
	const workloads = summaries(results);
	write(path.join(folder, "results.json"), workloads, etcd);
	fs.writeFileSync(path.join(folder, "chart.svg"), chart(workloads));
}

/** Writes results-NAME.json. */
function saveAs(name, folder, results, etcd) {
	write(path.join(folder, `results-${name}.json`), summaries(results), etcd);
}

module.exports = { report, save, saveAs };
