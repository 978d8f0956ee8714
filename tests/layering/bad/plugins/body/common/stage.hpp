// layering: nothing, this file is only what another one reaches for
