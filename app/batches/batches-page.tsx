'use client'

import Link from 'next/link'
import { Button } from '../components/button'
import { EmptyState } from '../components/empty-state'
import { StatePill } from '../components/pill'
import { SkeletonRows } from '../components/skeleton'
import { useToast } from '../components/toast'
import { useBatches } from '../data/use-lists'
import { batch as texts } from '../i18n/batch'
import { useFormat, useTexts } from '../i18n/language'
import type { NamedFile } from './collect-files'
import { StartPanel, useDroppedFiles, useStartBatch } from './start-panel'

const SAMPLES = ['receipt', 'shop-sign', 'form', 'poster', 'screenshot', 'label']

/** Before a batch: how to start one, and the earlier ones. */
export function BatchesPage() {
  const t = useTexts(texts)
  const format = useFormat()
  const { toastError } = useToast()
  const { batches } = useBatches()
  const starter = useStartBatch()
  const over = useDroppedFiles((files) => void starter.start(files))

  const trySamples = async () => {
    try {
      const files = await Promise.all(
        SAMPLES.map(async (name): Promise<NamedFile> => {
          const blob = await (await fetch(`/samples/${name}.jpg`)).blob()
          return { name: `${name}.jpg`, file: new File([blob], `${name}.jpg`, { type: 'image/jpeg' }) }
        }),
      )
      await starter.start(files)
    } catch (error) {
      toastError(error)
    }
  }
  const choose = () => document.querySelector<HTMLInputElement>('[data-testid=files]')?.click()

  return (
    <div className="v-batch">
      <h1 className="sr">{t.title}</h1>
      <div className="work two">
        <aside className="side" aria-label={t.newBatch}>
          <StartPanel starter={starter} over={over} />
          <div className="empty m-auto hide-s">
            <p>{t.queueEmpty}</p>
          </div>
        </aside>
        <div className="bmain">
          {batches?.length === 0 ? (
            <EmptyState
              className="m-auto"
              icon="pictures"
              title={t.none}
              text={t.noneText}
              actions={
                <>
                  <Button variant="primary" icon="upload" onClick={choose} busy={starter.starting}>
                    {t.upload}
                  </Button>
                  <Button icon="picture" onClick={() => void trySamples()}>
                    {t.trySamples(SAMPLES.length)}
                  </Button>
                </>
              }
            />
          ) : (
            <div className="p-5">
              <h2 className="mb-3">{t.earlier}</h2>
              <div className="card overflow-auto">
                <table className="resp">
                  <thead>
                    <tr>
                      <th>{t.name}</th>
                      <th>{t.state}</th>
                      <th className="num">{t.pictures}</th>
                      <th className="num">{t.textBoxes}</th>
                      <th className="num">{t.failed}</th>
                      <th className="num">{t.created}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {batches ? (
                      batches.map((b) => (
                        <tr key={b.id}>
                          <td className="font-medium" translate="no">
                            <Link href={`/batches/${b.id}`}>{b.name}</Link>
                          </td>
                          <td data-h={t.state}>
                            <StatePill state={b.state} running={t.detecting} />
                          </td>
                          <td className="num t2" data-h={t.pictures}>
                            {b.done + b.failed === b.total
                              ? format.count(b.total)
                              : `${format.count(b.done + b.failed)} / ${format.count(b.total)}`}
                          </td>
                          <td className="num t2" data-h={t.textBoxes}>
                            {format.count(b.boxes)}
                          </td>
                          <td className={b.failed > 0 ? 'num text-err' : 'num t2'} data-h={t.failed}>
                            {format.count(b.failed)}
                          </td>
                          <td className="num t2" data-h={t.created} title={format.stamp(b.createdAt)}>
                            {format.ago(b.createdAt)}
                          </td>
                        </tr>
                      ))
                    ) : (
                      <SkeletonRows rows={4} columns={6} />
                    )}
                  </tbody>
                </table>
              </div>
            </div>
          )}
        </div>
      </div>
    </div>
  )
}
