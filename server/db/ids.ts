import { randomBytes } from 'node:crypto'

const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789'

/** A new id: 80 random bits in letters and digits that read well in addresses. */
export const newId = (): string => [...randomBytes(16)].map((byte) => LETTERS[byte % 32]).join('')
