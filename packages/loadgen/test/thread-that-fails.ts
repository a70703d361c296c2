throw new Error('this thread never listens');
