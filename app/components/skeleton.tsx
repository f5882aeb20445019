import clsx from 'clsx'

/** A grey place of the content's height; for the first load of tables and galleries only. */
export function Skeleton({ className }: { className?: string }) {
  return <span className={clsx('block rounded-[4px] bg-hover', className)} aria-hidden="true" />
}

export function SkeletonRows({ rows, columns }: { rows: number; columns: number }) {
  return Array.from({ length: rows }, (_, row) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: places without identity
    <tr key={row}>
      {Array.from({ length: columns }, (_, column) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: places without identity
        <td key={column}>
          <Skeleton className={column === 0 ? 'h-4 w-40' : 'ml-auto h-4 w-12'} />
        </td>
      ))}
    </tr>
  ))
}
