import { useEffect, useRef, useState } from 'react'

/**
 * Files dropped anywhere on the page.
 * @param onDrop gets what was dropped while the event lasts: its entries are gone after it
 * @returns whether files are dragged over the page
 */
export function usePageDrop(onDrop: (dropped: DataTransfer) => void): boolean {
  const [over, setOver] = useState(false)
  const latest = useRef(onDrop)
  latest.current = onDrop
  useEffect(() => {
    let leave: ReturnType<typeof setTimeout>
    const dragOver = (e: DragEvent) => {
      if (!e.dataTransfer?.types.includes('Files')) return
      e.preventDefault()
      clearTimeout(leave)
      setOver(true)
      // Browsers tell of leaving unreliably; no news for a moment means they are gone.
      leave = setTimeout(() => setOver(false), 180)
    }
    const drop = (e: DragEvent) => {
      if (!e.dataTransfer?.types.includes('Files')) return
      e.preventDefault()
      setOver(false)
      latest.current(e.dataTransfer)
    }
    addEventListener('dragover', dragOver)
    addEventListener('drop', drop)
    return () => {
      clearTimeout(leave)
      removeEventListener('dragover', dragOver)
      removeEventListener('drop', drop)
    }
  }, [])
  return over
}
