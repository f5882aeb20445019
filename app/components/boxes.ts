/**
 * Boxes drawn over a picture: `g` per box with a halo, `polygon[data-halo]`, and the shape. The halo is a hair on each side of
 * the line: enough on a dark or violet picture, and the edges of letters stay in sight. State is in attributes, so that
 * thousands of boxes change without React: `data-off` is below the threshold, `data-on` lit, `data-dimmed` on the svg.
 */
const OVERLAY = 'absolute inset-0 size-full overflow-visible [&_polygon]:[vector-effect:non-scaling-stroke]'

export const overlayLook = `${OVERLAY} [&_g[data-off]]:hidden [&[data-dimmed]_g[data-i]:not([data-on])]:opacity-62`
export const smallOverlayLook = OVERLAY
export const haloLook = 'pointer-events-none fill-none stroke-white stroke-[4.2px] [stroke-opacity:0.7]'
export const smallHaloLook = 'pointer-events-none fill-none stroke-white stroke-[2.9px] [stroke-opacity:0.7]'
export const shapeLook =
  'cursor-pointer stroke-[2.2px] [fill-opacity:0.1] transition-[fill-opacity] in-data-on:stroke-[3px] in-data-on:[fill-opacity:0.34]'
export const smallShapeLook = 'stroke-[1.5px] [fill-opacity:0.1]'

/** The sheet that the picture lies on. */
export const pictureLook =
  'relative rounded-[2px] leading-none shadow-[0_2px_4px_rgba(0,0,0,0.1),0_12px_40px_-8px_rgba(0,0,0,0.28)]'
