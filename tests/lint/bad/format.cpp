// Laid out wrong on purpose.
int  twice( int x ){return 2*x;}
