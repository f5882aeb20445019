import { PrismaLibSql } from '@prisma/adapter-libsql'
import { Prisma, PrismaClient } from '../../generated/prisma/client'

export type Database = PrismaClient
export { Prisma }

/** A client on an SQLite file that `migrate` has prepared. */
export async function openDatabase(file: string): Promise<Database> {
  const db = new PrismaClient({ adapter: new PrismaLibSql({ url: `file:${file}`, timeout: 5000 }) })
  // In WAL mode a crash of the program loses nothing with this, one of the machine the last moments at most.
  await db.$queryRaw`PRAGMA synchronous = NORMAL`
  return db
}

/** For a nullable JSON column: SQL NULL instead of the JSON value null. */
export const jsonOrNull = (value: object | null | undefined): Prisma.InputJsonValue | typeof Prisma.DbNull =>
  value ? asJson(value) : Prisma.DbNull

/** Our own plain objects are JSON; Prisma's input type cannot see that of interfaces. */
export const asJson = (value: object): Prisma.InputJsonValue => value as Prisma.InputJsonValue
