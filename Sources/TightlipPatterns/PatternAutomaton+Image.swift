package import TightlipCore

extension PatternAutomaton {
  /// Writes its tables into an image.
  package func encode(_ name: String, into image: inout ImageWriter) {
    var facts = RecordWriter()
    facts.write(count)
    facts.write(anywhere) { $0.write($1) }
    for (number, machine) in machines.enumerated() {
      let name = "\(name).\(number)"
      image.add(name + ".starts", machine.starts)
      image.add(name + ".rows", machine.rows)
      image.add(name + ".accepted", machine.accepted)
      image.add(name + ".alive", machine.alive)
      image.add(name + ".patterns", machine.patterns)
      facts.write(machine.firstAccepting)
    }
    image.add(name, facts)
  }

  /// An automaton in an image, whose tables are used where they lie.
  ///
  /// Numbers that lead out of a table are noticed when they are used, as in every table, and stop the program.
  package init(_ name: String, reading image: ImageReader) throws(ImageError) {
    var facts = try image.record(name)
    let count = try facts.int()
    let anywhere = try facts.list { record throws(ImageError) in try record.int() }
    var machines: [StartMachine] = []
    while image.has("\(name).\(machines.count).rows") {
      let name = "\(name).\(machines.count)"
      let rows: Table<UInt16> = try image.table(name + ".rows")
      let machine = StartMachine(
        starts: try image.table(name + ".starts"), rows: rows, firstAccepting: try facts.int(),
        firstFinal: rows.count / TextClass.count, accepted: try image.table(name + ".accepted"),
        alive: try image.table(name + ".alive"), patterns: try image.table(name + ".patterns"))
      guard (0...machine.firstFinal).contains(machine.firstAccepting), machine.starts.count == TextClass.count,
        rows.count % TextClass.count == 0, machine.alive.count == machine.firstFinal + 1
      else { throw .layout(name) }
      machines.append(machine)
    }
    self.init(count: count, machines: machines, anywhere: anywhere)
    guard count >= 0, anywhere.allSatisfy((0..<count).contains) else { throw .layout(name) }
  }
}
