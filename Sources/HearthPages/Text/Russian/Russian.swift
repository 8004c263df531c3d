/// The words of the pages in Russian: `key = text`, one line for each form of words beside numbers.
enum Russian {
    static let tables = [frame, figures, questions, jobs, health, actions, help, words]
}
