import TightlipCommands

TightlipProgram.main()
