//! A disk that is full, as a process sees it: the files that it writes must not grow any more.
