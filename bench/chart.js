// The chart of the speed page: the cost of a call, and calls per second.

const echarts = require("echarts");

const WIDTH = 900;
const HEIGHT = 340;
const WORKLOAD = "get, concurrency 64";
const PANELS = [
	["callsPerSecond", "calls a second"],
	["mainThreadUs", "main thread: CPU µs a call"],
	["p99Us", "p99 latency in µs"],
];
const OURS_COLOUR = "#2f6f4f";
const OTHERS_COLOUR = "#b8bec4";
const TEXT = "#333333";

function bar(subject, value) {
	const isOurs = subject === "this package";
	const color = isOurs ? OURS_COLOUR : OTHERS_COLOUR;
	const digits = value < 1000 ? 1 : 0;
	return { value: Number(value.toFixed(digits)), itemStyle: { color } };
}

/** An SVG of some figures of gets at concurrency 64. */
function chart(workloads) {
	const bySubject = Object.entries(workloads[WORKLOAD]).reverse();
	const subjects = bySubject.map(([subject]) => subject);
	const drawing = echarts.init(null, null, {
		...{ renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT },
	});
	const share = 100 / PANELS.length;
	drawing.setOption({
		animation: false,
		backgroundColor: "#ffffff",
		title: PANELS.map(([, text], i) => ({
			...{ text, left: `${i * share + 3}%`, top: 8 },
			textStyle: { fontSize: 14 },
		})),
		grid: PANELS.map((_, i) => ({
			left: `${i * share + (i === 0 ? 11 : 3)}%`,
			width: `${share - (i === 0 ? 17 : 9)}%`,
			...{ top: 40, bottom: 16 },
		})),
		xAxis: PANELS.map((_, i) => ({ gridIndex: i, show: false })),
		yAxis: PANELS.map((_, i) => ({
			...{ gridIndex: i, type: "category", data: subjects },
			...{ axisTick: { show: false }, axisLine: { show: false } },
			axisLabel: { show: i === 0 },
		})),
		series: PANELS.map(([figure], i) => ({
			...{ type: "bar", xAxisIndex: i, yAxisIndex: i },
			label: { show: true, position: "right", color: TEXT, textBorderWidth: 0 },
			data: bySubject.map(([subject, figures]) =>
				bar(subject, figures[figure]?.median ?? 0),
			),
		})),
	});
	const svg = drawing.renderToSVGString();
	// An open handle would keep the process running.
	drawing.dispose();
	return svg;
}

module.exports = { chart };
