export function faultsOf(root: string): string[]
