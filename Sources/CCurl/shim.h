// libcurl (Debian: libcurl4-openssl-dev). Swift cannot call variadic C functions, so each argument type has its wrapper here.
// https://curl.se/libcurl/c/
#pragma once
#include <curl/curl.h>
