import type { ImageFormat } from './image-format'

/** Endings of the pictures that are read, without the dot. This is their only list. */
const ENDINGS: Record<ImageFormat, readonly string[]> = {
  jpeg: ['jpg', 'jpeg', 'jpe', 'jfif'],
  png: ['png'],
  webp: ['webp'],
  tiff: ['tif', 'tiff'],
  gif: ['gif'],
  bmp: ['bmp', 'dib'],
}

const all = Object.values(ENDINGS).flat()

/** Source of an expression for the ending of a picture, with its dot. */
export const PICTURE_ENDING = String.raw`\.(?:${all.join('|')})`
const pictureEnding = new RegExp(`${PICTURE_ENDING}$`, 'i')

/** For the `accept` of a file input: types, and the endings that not every browser knows. Phones convert what is not named. */
export const PICTURE_ACCEPT = [
  ...Object.keys(ENDINGS).map((format) => `image/${format}`),
  ...all.map((ending) => `.${ending}`),
].join(',')

/** Whether a file counts as a picture by its name; a path may stand before it. */
export const isPictureName = (name: string): boolean => pictureEnding.test(name)

/** Whether a name ends as pictures of this format do. */
export const hasEndingOf = (name: string, format: ImageFormat): boolean =>
  ENDINGS[format].includes(name.slice(name.lastIndexOf('.') + 1).toLowerCase())
