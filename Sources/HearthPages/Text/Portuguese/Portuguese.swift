/// The words of the pages in Portuguese: `key = text`, one line for each form of words beside numbers.
enum Portuguese {
    static let tables = [frame, figures, questions, jobs, health, actions, help, words]
}
