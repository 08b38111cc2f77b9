import etcd = require("./promises.js");

export default etcd;
export type {
	Limits,
	Stats,
	Store,
	StoreOf,
} from "./promises.js";
export {
	AbortError,
	ApiError,
	ArgumentError,
	EtcdError,
	HistoryGapError,
	NetworkError,
	TimeoutError,
} from "./promises.js";
