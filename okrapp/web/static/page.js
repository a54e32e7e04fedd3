// What pages can do besides, where scripts are on. Every page works without.
"use strict";
