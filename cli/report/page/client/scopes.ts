/** Shows one scope at a time: the one that is chosen in the list, or that a link leads to. */
export function startScopes(): void {
  const choice = document.querySelector<HTMLSelectElement>('#choice')
  if (choice?.parentElement == null) return
  const sections = [...document.querySelectorAll<HTMLElement>('.detail')]
  const show = (id: string) => {
    choice.value = id
    for (const section of sections) section.hidden = section.id !== id
  }
  const follow = () => {
    const linked = sections.find(({ id }) => `#${id}` === location.hash)
    if (linked === undefined) return false
    show(linked.id)
    document.querySelector('#scope')?.scrollIntoView()
    choice.focus({ preventScroll: true })
    return true
  }
  choice.addEventListener('change', () => show(choice.value))
  addEventListener('hashchange', follow)
  // A link to what the address names already changes nothing that an event would tell.
  addEventListener('click', ({ target }) => {
    const link = target instanceof Element ? target.closest('a') : null
    if (link?.hash.startsWith('#scope-') && link.hash === location.hash) follow()
  })
  choice.parentElement.hidden = false
  if (!follow()) show(choice.value)
}
