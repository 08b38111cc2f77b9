// `import etcd from "etcdjs/promises"`: the very function that `require` gives.
import etcd from "./promises.js";

export default etcd;
export const {
	AbortError,
	ApiError,
	ArgumentError,
	EtcdError,
	HistoryGapError,
	NetworkError,
	TimeoutError,
} = etcd;
