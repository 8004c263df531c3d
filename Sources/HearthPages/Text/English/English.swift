/// The words of the pages in English: `key = text`, one line for each form of words beside numbers.
enum English {
    static let tables = [frame, figures, questions, jobs, health, actions, help, words]
}
