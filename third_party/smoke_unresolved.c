/* A library with one undefined symbol and one constant: what smoke_test.cpp opens to see how loading fails. */
extern int encephagen_symbol_that_nobody_defines(void);
extern const int encephagen_smoke_number;
const int encephagen_smoke_number = 96;
int encephagen_smoke_call(void);
int encephagen_smoke_call(void) { return encephagen_symbol_that_nobody_defines(); }
