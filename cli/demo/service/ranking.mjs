/** Puts what shares words with the question first; crossbridge.yml names it, so that its calls are recorded too. */
export class Ranking {
  order(question, found) {
    const asked = wordsOf(question)
    const points = ({ score, text }) => score + wordsOf(text).filter((word) => asked.includes(word)).length
    return found.toSorted((a, b) => points(b) - points(a))
  }
}

const wordsOf = (text) => text.toLowerCase().match(/\w+/g) ?? []
