/** `true` where A and B are the same type; `any` is the same as `any` alone. */
export type Equal<A, B> =
	(<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2
		? true
		: false;
