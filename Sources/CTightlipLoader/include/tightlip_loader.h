// What the dynamic linker knows. No logic of ours.
#ifndef TIGHTLIP_LOADER_H
#define TIGHTLIP_LOADER_H

// The file of the library (or program) that this is linked into, as it was loaded, or NULL. Lives as
// long as the library.
const char *tightlip_loaded_path(void);

#endif
