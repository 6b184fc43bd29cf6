import { type RefObject, useEffect } from 'react'

const AT_END_PX = 8

/**
 * Keeps what somebody reads where it is while the page grows or shrinks around it, and follows the end for those who are
 * there. The anchor is the first entry in sight, or one that was jumped to, until the next scroll.
 */
export class Anchor {
  #element: HTMLElement | undefined
  #top = 0
  #scrollY = 0
  #follows = false
  #settleUntil = 0
  readonly #root: HTMLElement

  constructor(root: HTMLElement) {
    this.#root = root
    this.note()
  }

  get follows(): boolean {
    return this.#follows
  }

  /** Stays at the end from now on, until somebody scrolls up. */
  follow(): void {
    this.#follows = true
    this.keep()
  }

  leaveEnd(): void {
    this.#follows = false
  }

  /** Holds this element, whatever else is in sight. */
  hold(element: HTMLElement): void {
    this.#follows = false
    this.#settleUntil = performance.now() + 500
    this.#take(element)
  }

  /** After a scroll: takes back what moved by itself meanwhile, then looks for what is in sight now. */
  scrolled(): void {
    const moved = window.scrollY - this.#scrollY
    if (this.#element?.isConnected) {
      const drift = this.#element.getBoundingClientRect().top - (this.#top - moved)
      if (Math.abs(drift) >= 1) window.scrollBy(0, drift)
    }
    if (moved < 0) this.#follows = false
    if (performance.now() > this.#settleUntil) this.note()
    else this.#take(this.#element)
  }

  /** After a change of layout, before it is painted. */
  keep(): void {
    const held = this.#follows || this.#isAtTitle ? undefined : this.#element
    if (this.#follows) window.scrollTo(0, document.documentElement.scrollHeight)
    if (!held?.isConnected) return this.note()
    const drift = held.getBoundingClientRect().top - this.#top
    if (Math.abs(drift) >= 0.5) window.scrollBy(0, drift)
    this.#scrollY = window.scrollY
  }

  note(): void {
    const top = this.#root.getBoundingClientRect().top
    const line = Math.max(stickyBottom(), top)
    this.#take(firstBelow(this.#root, line))
  }

  /** Where the session's bar goes away with the page, who is at its top reads the title: what comes below it may move. */
  get #isAtTitle(): boolean {
    const bar = document.querySelector('.session-bar')
    const isSettled = window.scrollY === 0 && performance.now() > this.#settleUntil
    return isSettled && bar !== null && getComputedStyle(bar).position === 'static'
  }

  #take(element: HTMLElement | undefined): void {
    this.#element = element
    this.#top = element?.getBoundingClientRect().top ?? 0
    this.#scrollY = window.scrollY
  }
}

/** The first entry that reaches below a line of the window. */
export function firstBelow(root: HTMLElement, line: number): HTMLElement | undefined {
  for (const block of root.querySelectorAll<HTMLElement>(':scope > [data-block]')) {
    if (block.getBoundingClientRect().bottom <= line) continue
    for (const row of block.querySelectorAll<HTMLElement>('[data-entry]')) {
      if (row.getBoundingClientRect().bottom > line) return row
    }
  }
  return undefined
}

/** Where the page's own bars end. */
export function stickyBottom(): number {
  const bar = document.querySelector('.session-bar') ?? document.querySelector('.bar')
  return Math.max(0, bar?.getBoundingClientRect().bottom ?? 0)
}

export function isAtEnd(): boolean {
  return window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - AT_END_PX
}

/** Watches the window and the transcript for as long as it is on the page. `moved` is told after each scroll. */
export function useAnchor(
  root: RefObject<HTMLElement | null>,
  anchor: RefObject<Anchor | undefined>,
  moved: () => void,
): void {
  useEffect(() => {
    const element = root.current
    if (!element) return
    const mine = new Anchor(element)
    anchor.current = mine
    const onScroll = (): void => {
      mine.scrolled()
      moved()
    }
    const onWheel = (event: WheelEvent): void => {
      if (event.deltaY < 0) mine.leaveEnd()
    }
    const observer = new ResizeObserver(() => mine.keep())
    observer.observe(element)
    window.addEventListener('scroll', onScroll, { passive: true })
    window.addEventListener('wheel', onWheel, { passive: true })
    return () => {
      observer.disconnect()
      window.removeEventListener('scroll', onScroll)
      window.removeEventListener('wheel', onWheel)
      anchor.current = undefined
    }
  }, [root, anchor, moved])
}
