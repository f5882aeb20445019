import { addGradient, paintBackground } from '../drawing/backgrounds'
import { addClutter } from '../drawing/clutter'
import { grey } from '../drawing/colour'
import type { Draw } from '../drawing/draw'
import type { Fonts } from '../drawing/fonts'
import type { Scene } from '../drawing/scene'
import { tiltedQuad } from './compose'
import { paintForm } from './form'
import { paintCaption, paintPoster, paintSigns, paintWords } from './outdoors'
import { paintPage } from './page'
import { paintReceipt } from './receipt'
import { paintScreen } from './screen'
import { paintColumns, paintHandwriting } from './written'

interface SceneKind {
  /** Share of all pictures, relative. */
  weight: number
  paint: (scene: Scene) => void
  /** Scanners see such things: black and white is plausible. */
  scannable?: boolean
  /** Needs Chinese fonts. */
  chinese?: boolean
}

const photographed = (paint: (scene: Scene) => void, widths: [number, number], heights: [number, number]) => {
  return (scene: Scene) => layDown(scene, paint, scene.r.range(...widths), scene.r.range(...heights))
}

const KINDS = {
  page: { weight: 9, paint: paintPage, scannable: true },
  'page-photo': { weight: 6, paint: photographed(paintPage, [420, 760], [520, 820]) },
  receipt: { weight: 4, paint: paintReceipt, scannable: true },
  'receipt-photo': { weight: 4, paint: photographed(paintReceipt, [300, 560], [620, 900]) },
  form: { weight: 8, paint: paintForm, scannable: true },
  'form-photo': { weight: 3, paint: photographed(paintForm, [500, 760], [500, 800]) },
  screen: { weight: 11, paint: paintScreen },
  'screen-photo': { weight: 1.5, paint: photographed(paintScreen, [480, 740], [360, 700]) },
  signs: { weight: 17, paint: paintSigns },
  words: { weight: 14, paint: paintWords },
  poster: { weight: 7, paint: paintPoster },
  caption: { weight: 4, paint: paintCaption },
  handwriting: { weight: 8, paint: paintHandwriting, scannable: true },
  'handwriting-photo': { weight: 3, paint: photographed(paintHandwriting, [420, 760], [520, 820]) },
  columns: { weight: 3, paint: paintColumns, scannable: true, chinese: true },
  nothing: { weight: 4, paint: paintNothing },
} satisfies Record<string, SceneKind>

export type SceneName = keyof typeof KINDS
export const SCENE_NAMES = Object.keys(KINDS) as SceneName[]

/** A scene drawn by its share; only such as the fonts at hand can fill. */
export function drawSceneName(r: Draw, fonts: Fonts, among: readonly SceneName[] = SCENE_NAMES): SceneName {
  const able = among.filter((name) => !('chinese' in KINDS[name]) || fonts.supports('hant') || fonts.supports('hans'))
  return r.weighted((able.length > 0 ? able : among).map((name) => [name, KINDS[name].weight] as const))
}

export function paintScene(scene: Scene, name: SceneName): void {
  const kind: SceneKind = KINDS[name]
  kind.paint(scene)
  scene.scannable = kind.scannable === true
}

function paintNothing(scene: Scene): void {
  paintBackground(scene)
  addClutter(scene, scene.r.integer(0, 40))
}

/** A sheet lying on something, folded, unevenly lit, seen at an angle. */
function layDown(scene: Scene, paint: (sheet: Scene) => void, width: number, height: number): void {
  const { r } = scene
  paintBackground(scene)
  if (r.chance(0.3)) addClutter(scene, r.integer(1, 8))
  const sheet = scene.smaller(width, height)
  paint(sheet)
  if (r.chance(0.5)) addGradient(sheet, grey(0), grey(255), r.range(0.05, 0.2))
  if (r.chance(0.35)) drawFolds(sheet)
  const angle = r.weighted([
    [r.range(-0.12, 0.12), 6],
    [r.range(-0.5, 0.5), 1.5],
    [Math.PI / 2 + r.range(-0.15, 0.15), 0.3],
  ] as const)
  const scale = r.range(0.9, 1.15)
  const x = scene.width / 2 + r.range(-60, 60)
  const y = scene.height / 2 + r.range(-60, 60)
  const strength = r.chance(0.6) ? r.range(0.02, 0.16) : 0.01
  scene.paste(sheet, tiltedQuad(r, sheet.width * scale, sheet.height * scale, x, y, angle, strength))
}

function drawFolds(sheet: Scene): void {
  const { r, context, width, height } = sheet
  for (let i = r.integer(1, 4); i > 0; i--) {
    const at = r.range(0, height)
    const shade = context.createLinearGradient(0, at - 14, 0, at + 14)
    shade.addColorStop(0, 'rgba(0,0,0,0)')
    shade.addColorStop(0.5, 'rgba(0,0,0,0.25)')
    shade.addColorStop(0.52, 'rgba(255,255,255,0.3)')
    shade.addColorStop(1, 'rgba(255,255,255,0)')
    context.fillStyle = shade
    context.fillRect(0, at - 14, width, 28)
  }
}
