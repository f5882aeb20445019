import path from 'node:path'
import { type Image, loadImage } from '@napi-rs/canvas'
import { UserError } from '../../detector/errors'
import { hasEndingOf } from '../../detector/picture/picture-names'
import { filesBelow } from './asset-files'
import { Fonts } from './fonts'
import type { SceneAssets } from './scene'
import { Texts } from './texts'
import { readWordLists } from './word-lists'

export interface AssetOptions {
  /** Searched for fonts and word lists before the places of the system. */
  folder?: string
  /** A folder of photographs without text, for backgrounds. */
  photographs?: string
  /** Also note the words of each line. */
  words?: boolean
}

/** Photographs stay decoded: no more than this many. */
const MOST_PHOTOGRAPHS = 200

/**
 * Finds fonts, words and photographs on this machine. Pictures are a function of their seed and of what is found here.
 *
 * @returns the assets, and in sentences what is missing for varied pictures
 * @throws UserError `fonts-missing`, `folder-missing`
 */
export async function loadSyntheticAssets(
  options: AssetOptions = {},
): Promise<{ assets: SceneAssets; warnings: string[] }> {
  const folders = options.folder === undefined ? undefined : [options.folder]
  const fonts = new Fonts(folders)
  const { lists, warnings } = readWordLists(folders)
  const photographs = options.photographs === undefined ? [] : await loadPhotographs(options.photographs)
  return {
    assets: { fonts, texts: new Texts(lists), photographs, words: options.words === true },
    warnings: [...fonts.warnings(), ...warnings],
  }
}

async function loadPhotographs(folder: string): Promise<Image[]> {
  const files = filesBelow([folder], (name) =>
    (['jpeg', 'png', 'webp'] as const).some((format) => hasEndingOf(name, format)),
  )
  if (files.length === 0)
    throw new UserError({
      code: 'folder-without-images',
      message: `There is no photograph (JPEG, PNG, WebP) below ${path.resolve(folder)}.`,
      where: { file: folder },
    })
  return Promise.all(files.slice(0, MOST_PHOTOGRAPHS).map((file) => loadImage(file)))
}
