import { clearScreenDown, cursorTo, emitKeypressEvents } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'
import type { Style } from '../style.ts'
import { cellWidth } from './cells.ts'
import type { Source } from './frame.ts'
import { pageOf, screenOf } from './screen.ts'
import { firstView, type Key, type View, withFrame, withKey } from './view.ts'

// The alternate screen, without a cursor; and without wrapping, so that a misjudged character can't shift the lines.
const enterScreen = '\x1b[?1049h\x1b[?25l\x1b[?7l'
const leaveScreen = '\x1b[?7h\x1b[?25h\x1b[?1049l'
const clearToEnd = '\x1b[K'
const endings = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** The table on the whole terminal, until a key or a signal ends it; the terminal is then as it was, whatever happens. */
export async function showLive(source: Source, intervalMs: number, style: Style): Promise<void> {
  const { stdin, stdout } = process
  let view: View = firstView
  let quit = () => {}
  const asked = new Promise<'quit'>((resolve) => {
    quit = () => resolve('quit')
  })
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 })
  const draw = () => paint(stdout, screenOf(view, size(), style), size().columns)
  const press = (_: string | undefined, key: Key & { name?: string }) => {
    if (key.ctrl && key.name === 'z') return suspend()
    const next = withKey(view, key, pageOf(view, size()))
    if (next === 'quit') return quit()
    view = next
    draw()
  }
  const screen = createScreen(draw)
  const suspend = () => {
    if (process.platform === 'win32') return
    screen.leave()
    process.kill(process.pid, 'SIGTSTP')
  }

  emitKeypressEvents(stdin)
  stdin.on('keypress', press).once('end', quit).resume()
  stdout.on('resize', draw)
  try {
    screen.enter()
    for (;;) {
      const frame = await Promise.race([source.next(intervalMs), asked])
      if (frame === 'quit') return
      view = withFrame(view, frame)
      draw()
    }
  } finally {
    screen.end()
    stdout.off('resize', draw)
    stdin.off('keypress', press).off('end', quit).pause()
  }
}

/** Takes the terminal, and gives it back at every end that a process can still do something at. */
function createScreen(draw: () => void) {
  const { stdin, stdout } = process
  let taken = false
  const enter = () => {
    taken = true
    stdin.setRawMode(true)
    stdout.write(enterScreen)
    draw()
  }
  const leave = () => {
    if (!taken) return
    taken = false
    stdout.write(leaveScreen)
    stdin.setRawMode(false)
  }
  const die = (signal: NodeJS.Signals) => {
    leave()
    for (const ending of endings) process.off(ending, die)
    process.kill(process.pid, signal)
  }
  for (const ending of endings) process.on(ending, die)
  process.on('SIGCONT', enter).on('exit', leave).on('uncaughtExceptionMonitor', leave)

  return {
    enter,
    leave,
    end() {
      leave()
      for (const ending of endings) process.off(ending, die)
      process.off('SIGCONT', enter).off('exit', leave).off('uncaughtExceptionMonitor', leave)
    },
  }
}

function paint(stdout: NodeJS.WriteStream, lines: readonly string[], columns: number): void {
  stdout.cork()
  lines.forEach((line, i) => {
    cursorTo(stdout, 0, i)
    // Behind the last column there is nothing to clear, and some terminals would clear that.
    const isFull = cellWidth(stripVTControlCharacters(line)) >= columns
    stdout.write(isFull ? line : line + clearToEnd)
  })
  if (lines.length < (stdout.rows || 0)) {
    cursorTo(stdout, 0, lines.length)
    clearScreenDown(stdout)
  }
  stdout.uncork()
}
