import ArgumentParser

@main
struct Lab: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "lab", version: "0.1.0")
}
