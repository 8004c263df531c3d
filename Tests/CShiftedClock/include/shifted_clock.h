#ifndef SHIFTED_CLOCK_H
#define SHIFTED_CLOCK_H

// A library to preload into a program (LD_PRELOAD): its wall clock differs from the machine's by as many milliseconds as the file says
// that SHIFTED_CLOCK_FILE names, 8 bytes, the lowest first. A test changes the file while the program runs. Monotonic clocks and
// timers are those of the machine; libfaketime would shift the moments of absolute timers, too, and so stop the program's sleeping.

#define SHIFTED_CLOCK_FILE "SHIFTED_CLOCK_FILE"

#endif
